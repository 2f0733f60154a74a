/* Fresnel's integrals. */
#ifndef TG_FRESNEL_H
#define TG_FRESNEL_H

double tg_fresnel_sine(double x);
double tg_fresnel_cosine(double x);

#endif
